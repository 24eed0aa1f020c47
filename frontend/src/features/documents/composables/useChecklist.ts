import { useQuery } from "@tanstack/vue-query";
import { storeToRefs } from "pinia";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { useUploadQueue } from "@/features/uploads/api";
import type { UploadItem } from "@/features/uploads/model";
import { currentLocale } from "@/shared/i18n";

import { checklistQuery } from "../api";
import { hintOf, slotGroups, typeName, type ChecklistItem, type DocumentOwner } from "../model";
import { nextToPhotograph } from "../photographs";

const SHOWN_IN_SLOT = ["checking", "waiting", "compressing", "uploading", "failed"];

export interface Slot extends ChecklistItem {
  title: string;
  hint: string;
  /** Files on their way to this slot, and those that did not make it. */
  uploads: UploadItem[];
  /** Places left; 0 when the slot takes no more. */
  room: number;
  canUpload: boolean;
  /** Nothing more can be added only because the slot has all it takes. */
  full: boolean;
}

/** Everything the checklist of one customer shows, kept live, and the way for files into it. */
export function useChecklist(owner: MaybeRefOrGetter<DocumentOwner>) {
  const customerId = computed(() => toValue(owner).id);
  const query = useQuery(checklistQuery(customerId));
  const queue = useUploadQueue();
  const { items } = storeToRefs(queue);

  const canUpload = computed(() => toValue(owner).can.includes("upload"));

  function toSlot(item: ChecklistItem): Slot {
    const { room } = item;
    return {
      ...item,
      title: typeName(item.type, currentLocale()),
      hint: hintOf(item, currentLocale()),
      uploads: items.value.filter(
        (upload) =>
          upload.target.customerId === customerId.value &&
          upload.target.documentType === item.type.code &&
          SHOWN_IN_SLOT.includes(upload.state),
      ),
      room,
      canUpload: canUpload.value && room > 0,
      full: canUpload.value && room === 0,
    };
  }

  const groups = computed(() => {
    const { required, optional } = slotGroups(query.data.value?.items ?? []);
    return { required: required.map(toSlot), optional: optional.map(toSlot) };
  });
  const slots = computed(() => [...groups.value.required, ...groups.value.optional]);
  const documents = computed(() => slots.value.flatMap((slot) => slot.documents));
  /** What is still to supply: of a group that is not met each paper, as any of them will do. */
  const missing = computed(() => {
    const codes = new Set(query.data.value?.missing.flatMap((lack) => lack.document_types));
    return slots.value.filter((slot) => codes.has(slot.type.code));
  });

  const next = computed(() => nextToPhotograph(missing.value, slots.value, null, new Set()));

  function add(files: readonly File[], typeCode: string) {
    const slot = slots.value.find((one) => one.type.code === typeCode);
    if (!slot || files.length === 0) return;
    queue.add(files, {
      customerId: customerId.value,
      customerName: toValue(owner).name,
      documentType: slot.type.code,
      documentTypeName: { "zh-CN": slot.type.name, en: typeName(slot.type, "en") },
      allowedKinds: slot.type.allowed_kinds,
      room: slot.room,
      refused: slot.documents.filter((document) => document.review_status === "rejected").map((document) => document.sha256),
    });
  }

  function titleOf(typeCode: string): string {
    return slots.value.find((slot) => slot.type.code === typeCode)?.title ?? typeCode;
  }

  return {
    completeness: query.data,
    error: query.error,
    refetch: query.refetch,
    canUpload,
    groups,
    slots,
    documents,
    missing,
    next,
    titleOf,
    add,
  };
}
