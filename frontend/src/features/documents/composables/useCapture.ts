import { computed, onScopeDispose, reactive, ref, shallowRef, toValue, watch, type MaybeRefOrGetter, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import type { DocumentOwner } from "../model";
import { isWide, nextToPhotograph } from "../photographs";
import { useCamera } from "./useCamera";
import { useChecklist } from "./useChecklist";

/** In place of a type's code: whatever is missing first. */
const FIRST_MISSING = "next";

/**
 * The camera page of one slot: shoot, look, then retake, use, or use and shoot the same once more.
 *
 * A used photo goes to the upload queue, so nothing waits for it: the camera stays open and goes on to what is missing
 * next, until nothing is or the person leaves.
 */
export function useCapture(owner: () => DocumentOwner, typeCode: MaybeRefOrGetter<string>, video: Ref<HTMLVideoElement | null>) {
  const { t } = useI18n();
  const router = useRouter();
  const checklist = useChecklist(owner);
  const camera = useCamera(video);

  const shot = shallowRef<File | null>(null);
  const preview = ref<string | null>(null);
  const shooting = ref(false);
  const used = ref(0);
  /** Types photographed on this visit: the checklist hears of them a moment later. */
  const taken = reactive(new Set<string>());

  const code = computed(() => toValue(typeCode));
  const slot = computed(() => checklist.slots.value.find((one) => one.type.code === code.value) ?? null);
  const title = computed(() => (slot.value ? slot.value.title : ""));
  const frame = computed(() => (isWide(code.value) ? "card" : "page"));
  const ready = computed(() => camera.state.value === "live" && slot.value !== null);
  const onTheWay = computed(() => slot.value?.uploads.filter((upload) => upload.state !== "failed").length ?? 0);
  const mayTakeAnother = computed(() => (slot.value?.room ?? 0) - onTheWay.value > 1);
  const next = computed(() => nextToPhotograph(checklist.missing.value, checklist.slots.value, code.value, taken));

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

  function aim(typeCode: string) {
    void router.replace({ name: "m.customers.capture", params: { customerId: owner().id, typeCode } });
  }

  function leave() {
    const customer = router.resolve({ name: "m.customers.detail", params: { customerId: owner().id } });
    if (String(window.history.state?.back ?? "").startsWith(customer.path)) router.back();
    else void router.replace(customer);
  }

  function goOn() {
    if (next.value) aim(next.value.type.code);
    else leave();
  }

  function keep(): boolean {
    if (!shot.value) return false;
    checklist.add([shot.value], code.value);
    taken.add(code.value);
    used.value += 1;
    show(null);
    return true;
  }

  /** Photos from the phone's own camera app or album come the same way, without a look at each. */
  function takeFiles(files: readonly File[]) {
    if (files.length === 0) return;
    checklist.add(files, code.value);
    taken.add(code.value);
    used.value += files.length;
    goOn();
  }

  watch(
    () => code.value === FIRST_MISSING && checklist.completeness.value !== undefined,
    (open) => {
      if (open) goOn();
    },
    { immediate: true },
  );

  return {
    camera,
    title,
    frame,
    ready,
    shooting,
    used,
    preview,
    mayTakeAnother,
    next,
    shoot,
    retake: () => {
      show(null);
    },
    use: () => {
      if (keep()) goOn();
    },
    useAndShootAgain: keep,
    takeFiles,
    leave,
  };
}
