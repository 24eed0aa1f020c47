import { queryOptions, useMutation, useQueryClient, type QueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";

import {
  acceptDocument,
  annotateDocument,
  attendReview,
  checkFact,
  createDocumentType,
  dateDocument,
  deleteDocument,
  leaveReview,
  listDocuments,
  listDocumentTypes,
  listFindings,
  readCompleteness,
  readDocumentContent,
  rejectDocument,
  removeAnnotation,
  restoreDocument,
  revealForReview,
  updateDocumentType,
  type AnnotationCreate,
  type CaseRevealRequest,
  type Findings,
  type ListDocumentsData,
  type ProtectedValues,
} from "@/api/generated";
import { isApiError, pauseBefore } from "@/api/problem";
import type { ListSource } from "@/shared/composables/usePagedList";
import { refreshQueries } from "@/shared/realtime/live";

import type { ContentVariant, CustomerDocument, DocumentDates, DocumentTypeInput, Fact } from "./model";

export type DocumentListParameters = NonNullable<ListDocumentsData["query"]>;

export const documentKeys = {
  all: ["documents"],
  checklists: ["documents", "checklist"],
  checklist: (customerId: string) => ["documents", "checklist", customerId],
  findings: (customerId: string) => ["documents", "findings", customerId],
  lists: ["documents", "list"],
  types: ["documents", "types"],
} as const;

/** While a file is being processed its page asks again now and then, should the live event be lost. */
const PROCESSING_POLL_MS = 5_000;
const HOUR_MS = 3_600_000;

function stillProcessing(documents: readonly CustomerDocument[] | undefined): boolean {
  return documents?.some((document) => document.processing === "queued") ?? false;
}

export function checklistQuery(customerId: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["documents", "checklist", customerId],
    queryFn: async ({ signal }) =>
      (await readCompleteness({ path: { customer_id: toValue(customerId) }, signal, throwOnError: true })).data,
    refetchInterval: ({ state }) =>
      stillProcessing(state.data?.items.flatMap((item) => item.documents)) ? PROCESSING_POLL_MS : false,
  });
}

export const documentSource: ListSource<DocumentListParameters, CustomerDocument> = {
  key: documentKeys.lists,
  fetch: async (query, signal) => (await listDocuments({ query, signal, throwOnError: true })).data,
  pollAfter: (documents) => (stillProcessing(documents) ? PROCESSING_POLL_MS : false),
};

export function documentTypesQuery() {
  return queryOptions({
    queryKey: documentKeys.types,
    queryFn: async ({ signal }) => (await listDocumentTypes({ signal, throwOnError: true })).data.items,
    staleTime: HOUR_MS,
  });
}

export interface ContentRequest {
  id: string;
  variant: ContentVariant;
  page: number;
}

/** The picture of one page. Its bytes never change, so a refresh of everything leaves it alone. */
export function contentQuery(request: MaybeRefOrGetter<ContentRequest>) {
  return queryOptions({
    queryKey: ["documents", "content", request],
    queryFn: ({ signal }) => fetchContent(toValue(request), signal),
    staleTime: Infinity,
    meta: { immutable: true },
    retry: (failures, error) =>
      isApiError(error, "document.processing") || (failures < 2 && isApiError(error) && error.status >= 500),
    retryDelay: (failures, error) => pauseBefore(error, Math.min(5_000, 1_000 * 1.5 ** failures)),
  });
}

export async function fetchContent({ id, variant, page }: ContentRequest, signal?: AbortSignal): Promise<Blob> {
  const response = await readDocumentContent({
    path: { document_id: id },
    query: { variant, page },
    responseType: "blob",
    timeout: 120_000,
    throwOnError: true,
    ...(signal ? { signal } : {}),
  });
  return response.data as Blob;
}

/** A change of one document or type shows in checklists, in lists and in the customer's progress. */
function useRefreshingMutation<Variables>(mutationFn: (variables: Variables) => Promise<unknown>) {
  const client: QueryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void refreshQueries(client, documentKeys.all);
      void refreshQueries(client, ["customers"]);
    },
  });
}

export const useDateDocument = () =>
  useRefreshingMutation(({ id, version, dates }: { id: string; version: number; dates: DocumentDates }) =>
    dateDocument({ path: { document_id: id }, body: dates, headers: { "If-Match": `"${version}"` }, throwOnError: true }),
  );

export const useAcceptDocument = () =>
  useRefreshingMutation((id: string) => acceptDocument({ path: { document_id: id }, throwOnError: true }));

export interface Rejection {
  id: string;
  reason_code: string;
  message: string | null;
}

export const useRejectDocument = () =>
  useRefreshingMutation(({ id, ...body }: Rejection) =>
    rejectDocument({ path: { document_id: id }, body, throwOnError: true }),
  );

/** Moves a document to the trash. */
export const useDeleteDocument = () =>
  useRefreshingMutation((id: string) => deleteDocument({ path: { document_id: id }, throwOnError: true }));

export const useRestoreDocument = () =>
  useRefreshingMutation((id: string) => restoreDocument({ path: { document_id: id }, throwOnError: true }));

interface NewDocumentType extends DocumentTypeInput {
  code: string;
  /** The same key with the same content has one effect however often it is sent. */
  key: string;
}

export const useCreateDocumentType = () =>
  useRefreshingMutation(({ key, ...body }: NewDocumentType) =>
    createDocumentType({ body, headers: { "Idempotency-Key": key }, throwOnError: true }),
  );

interface ChangedDocumentType extends DocumentTypeInput {
  code: string;
  version: number;
}

export const useUpdateDocumentType = () =>
  useRefreshingMutation(({ code, version, ...body }: ChangedDocumentType) =>
    updateDocumentType({ path: { code }, body, headers: { "If-Match": `"${version}"` }, throwOnError: true }),
  );

/** What reviewers noted on a customer's documents, and which facts agree with them. */
export function findingsQuery(customerId: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["documents", "findings", customerId],
    queryFn: async ({ signal }) =>
      (await listFindings({ query: { customer_id: toValue(customerId) }, signal, throwOnError: true })).data,
  });
}

export interface NewAnnotation extends AnnotationCreate {
  documentId: string;
  /** The same key with the same content has one effect however often it is sent. */
  key: string;
}

export function useAnnotate(customerId: MaybeRefOrGetter<string>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ documentId, key, ...body }: NewAnnotation) =>
      annotateDocument({ path: { document_id: documentId }, body, headers: { "Idempotency-Key": key }, throwOnError: true }),
    onSettled: () => refreshQueries(client, documentKeys.findings(toValue(customerId))),
  });
}

export function useRemoveAnnotation(customerId: MaybeRefOrGetter<string>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ documentId, id }: { documentId: string; id: string }) =>
      removeAnnotation({ path: { document_id: documentId, annotation_id: id }, throwOnError: true }),
    onSettled: () => refreshQueries(client, documentKeys.findings(toValue(customerId))),
  });
}

export interface FactJudgement {
  documentId: string;
  fact: Fact;
  /** Null takes the judgement back. */
  agrees: boolean | null;
}

/** Keeps whether a fact agrees; the tick shows at once and goes again when the server refuses. */
export function useFactJudgement(customerId: MaybeRefOrGetter<string>, by: () => Findings["checks"][number]["checked_by"]) {
  const client = useQueryClient();
  const key = () => documentKeys.findings(toValue(customerId));
  return useMutation({
    mutationFn: ({ documentId, fact, agrees }: FactJudgement) =>
      checkFact({ path: { document_id: documentId, fact }, body: { agrees }, throwOnError: true }),
    onMutate: async ({ documentId, fact, agrees }) => {
      await client.cancelQueries({ queryKey: key() });
      client.setQueryData<Findings>(key(), (known) => {
        if (!known) return known;
        const others = known.checks.filter((check) => check.document_id !== documentId || check.fact !== fact);
        if (agrees === null) return { ...known, checks: others };
        const judged = { document_id: documentId, fact, agrees, checked_by: by(), checked_at: new Date().toISOString() };
        return { ...known, checks: [...others, judged] };
      });
    },
    onSettled: () => refreshQueries(client, key()),
  });
}

/** A customer's protected values in clear; the server notes who asked, for which case and what for. Never cached. */
export async function revealForCase(customerId: string, body: CaseRevealRequest): Promise<ProtectedValues> {
  return (await revealForReview({ path: { customer_id: customerId }, body, throwOnError: true })).data;
}

/** A third of the time that a sign of life is worth. */
const PRESENCE_MS = 10_000;

/** Says that the case is open here, again and again, and learns who else has it open. */
export function presenceQuery(customerId: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["documents", "presence", customerId],
    queryFn: async ({ signal }) =>
      (await attendReview({ path: { customer_id: toValue(customerId) }, signal, throwOnError: true })).data.others,
    refetchInterval: PRESENCE_MS,
    gcTime: 0,
    retry: false,
  });
}

/** Says that the case is closed here; if it gets lost, the last sign of life expires by itself. */
export function leaveCase(customerId: string): void {
  leaveReview({ path: { customer_id: customerId } }).catch(() => undefined);
}
