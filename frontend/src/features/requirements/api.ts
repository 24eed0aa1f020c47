export const requirementKeys = {
  all: ["requirements"],
} as const;
