import { showsVersion, type LiveRoutes } from "@/shared/realtime/routes";

import { userKeys } from "./api";

export default {
  "user.": ({ user_id: id, version }) => [{ key: userKeys.lists, pace: "list", knows: showsVersion(id, version) }],
} satisfies LiveRoutes;
