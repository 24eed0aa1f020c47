import { computed, onScopeDispose, ref, shallowRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import type { DocumentOwner } from "../model";
import { useCamera } from "./useCamera";
import { useChecklist } from "./useChecklist";

const CARDS = ["id_card_front", "id_card_back"];

/**
 * The camera page of one slot: shoot, look, then retake, use, or use and shoot the next at once.
 *
 * A used photo goes to the upload queue, so the next shot need not wait for it.
 */
export function useCapture(owner: () => DocumentOwner, typeCode: string, video: Ref<HTMLVideoElement | null>) {
  const { t } = useI18n();
  const router = useRouter();
  const checklist = useChecklist(owner);
  const camera = useCamera(video);

  const shot = shallowRef<File | null>(null);
  const preview = ref<string | null>(null);
  const shooting = ref(false);
  const used = ref(0);

  const slot = computed(() => checklist.slots.value.find((one) => one.type.code === typeCode) ?? null);
  const title = computed(() => checklist.titleOf(typeCode));
  const frame = computed(() => (CARDS.includes(typeCode) ? "card" : "page"));
  const ready = computed(() => camera.state.value === "live" && slot.value !== null);
  const onTheWay = computed(() => slot.value?.uploads.filter((upload) => upload.state !== "failed").length ?? 0);
  const mayTakeAnother = computed(() => (slot.value?.room ?? 0) - onTheWay.value > 1);

  function show(file: File | null) {
    if (preview.value !== null) URL.revokeObjectURL(preview.value);
    shot.value = file;
    preview.value = file && URL.createObjectURL(file);
  }
  onScopeDispose(() => {
    show(null);
  });

  async function shoot() {
    if (!ready.value || shooting.value) return;
    shooting.value = true;
    const time = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
    show(await camera.shoot(`${t("documents.camera.photo_name", { type: title.value, time })}.jpg`));
    shooting.value = false;
  }

  function leave() {
    if (window.history.state?.back) router.back();
    else void router.replace({ name: "m.customers.detail", params: { customerId: owner().id } });
  }

  function keep(): boolean {
    if (!shot.value) return false;
    checklist.add([shot.value], typeCode);
    used.value += 1;
    show(null);
    return true;
  }

  /** Photos from the phone's own camera app or album come the same way, without a look at each. */
  function takeFiles(files: readonly File[]) {
    if (files.length === 0) return;
    checklist.add(files, typeCode);
    leave();
  }

  return {
    camera,
    title,
    frame,
    ready,
    shooting,
    used,
    preview,
    mayTakeAnother,
    shoot,
    retake: () => {
      show(null);
    },
    use: () => {
      if (keep()) leave();
    },
    useAndShootNext: keep,
    takeFiles,
    leave,
  };
}
