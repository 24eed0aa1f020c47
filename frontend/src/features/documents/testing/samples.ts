import type { ChecklistItem, CustomerDocument } from "../model";

/** A pending one-page photo; the parts that a test is about are given. */
export function sampleDocument(parts: Partial<CustomerDocument> = {}): CustomerDocument {
  return {
    id: "d1",
    customer_id: "c1",
    customer_no: "KH202611210001",
    customer_name: "张三",
    document_type: "id_card_front",
    filename: "身份证.jpg",
    content_type: "image/jpeg",
    size: 204_800,
    sha256: "0".repeat(64),
    page_count: 1,
    width: 1200,
    height: 800,
    processing: "ready",
    review_status: "pending",
    reason_code: null,
    message: null,
    uploaded_by: { id: "u1", display_name: "王芳" },
    uploaded_at: "2026-11-21T01:00:00Z",
    reviewed_by: null,
    reviewed_at: null,
    issued_on: null,
    expires_on: null,
    covers_from: null,
    covers_to: null,
    deleted_at: null,
    version: 1,
    can: ["accept", "reject"],
    ...parts,
  };
}

/** An empty required slot that takes two images or PDFs. */
export function sampleItem(code: string, parts: Partial<ChecklistItem> = {}): ChecklistItem {
  return {
    type: {
      code,
      name: code,
      name_en: code,
      hint: null,
      is_active: true,
      sort_order: 10,
      allowed_kinds: ["image", "pdf"],
      max_files: 2,
      version: 1,
    },
    required: true,
    requested: null,
    groups: [],
    exception: null,
    lack: null,
    expiring: null,
    min_pages: null,
    covers_months: null,
    max_age_days: null,
    asks_expiry: false,
    hint_zh: null,
    hint_en: null,
    state: "missing",
    room: 2,
    documents: [],
    ...parts,
  };
}
