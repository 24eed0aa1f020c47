import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { computed, ref } from "vue";

import { runInApp } from "@/shared/testing/run-in-app";

import { sampleItem } from "../testing/samples";
import { useCapture } from "./useCapture";
import type { Slot } from "./useChecklist";

const slot: Slot = { ...sampleItem("id_card_front"), title: "身份证正面", hint: "", uploads: [], room: 3, canUpload: true, full: false };
const slots = ref<Slot[]>([slot]);
const missing = ref<Slot[]>([]);
const typeCode = ref("id_card_front");
const add = vi.fn();
const camera = {
  state: ref("live"),
  shoot: vi.fn((name: string) => Promise.resolve(new File(["x"], name))),
  start: vi.fn(),
};

vi.mock("./useCamera", () => ({ useCamera: () => camera }));
vi.mock("./useChecklist", () => ({
  useChecklist: () => ({ slots: computed(() => slots.value), missing: computed(() => missing.value), completeness: ref({}), add }),
}));

async function setUp() {
  const { result, router } = await runInApp(
    () => useCapture(() => ({ id: "c1", name: "张三", can: ["upload"] }), typeCode, ref(null)),
    "/m/customers/c1/capture/id_card_front",
  );
  router.addRoute({ path: "/m/customers/:customerId/capture/:typeCode", name: "m.customers.capture", component: { render: () => null } });
  router.addRoute({ path: "/m/customers/:customerId", name: "m.customers.detail", component: { render: () => null } });
  return { capture: result, router };
}

beforeEach(() => {
  add.mockReset();
  camera.state.value = "live";
  slots.value = [slot];
  missing.value = [];
  typeCode.value = "id_card_front";
});

describe("useCapture", () => {
  it("shows the shot before anything is sent, and forgets it on a retake", async () => {
    const { capture } = await setUp();
    await capture.shoot();
    expect(capture.preview.value).toMatch(/^blob:/);
    expect(add).not.toHaveBeenCalled();
    capture.retake();
    expect(capture.preview.value).toBeNull();
    capture.use();
    expect(add).not.toHaveBeenCalled();
  });

  it("uses a photo and goes back to the customer", async () => {
    const { capture, router } = await setUp();
    await capture.shoot();
    capture.use();
    await flushPromises();
    expect(add).toHaveBeenCalledExactlyOnceWith([expect.any(File)], "id_card_front");
    expect(router.currentRoute.value.path).toBe("/m/customers/c1");
  });

  it("goes on to what is missing next, and home when nothing is", async () => {
    const back: Slot = { ...slot, type: { ...slot.type, code: "id_card_back" } };
    slots.value = [slot, back];
    missing.value = [slot, back];
    const { capture, router } = await setUp();
    await capture.shoot();
    capture.use();
    await flushPromises();
    expect(router.currentRoute.value.path).toBe("/m/customers/c1/capture/id_card_back");
    typeCode.value = "id_card_back";
    await capture.shoot();
    capture.use();
    await flushPromises();
    expect(router.currentRoute.value.path).toBe("/m/customers/c1");
  });

  it("opens at what is missing first when no type is named", async () => {
    missing.value = [slot];
    const { router } = await setUp();
    typeCode.value = "next";
    await flushPromises();
    expect(router.currentRoute.value.path).toBe("/m/customers/c1/capture/id_card_front");
  });

  it("uses a photo and takes one more of the same at once", async () => {
    const { capture, router } = await setUp();
    await capture.shoot();
    capture.useAndShootAgain();
    expect(capture.used.value).toBe(1);
    expect(capture.preview.value).toBeNull();
    await capture.shoot();
    expect(capture.preview.value).not.toBeNull();
    expect(router.currentRoute.value.path).toContain("capture");
  });

  it("offers another shot only while the slot has room for it", async () => {
    slots.value = [{ ...slot, room: 1 }];
    const { capture } = await setUp();
    expect(capture.mayTakeAnother.value).toBe(false);
  });

  it("shoots once for a double tap, and not before the slot is known", async () => {
    const { capture } = await setUp();
    camera.shoot.mockClear();
    await Promise.all([capture.shoot(), capture.shoot()]);
    expect(camera.shoot).toHaveBeenCalledTimes(1);
    slots.value = [];
    capture.retake();
    await capture.shoot();
    expect(camera.shoot).toHaveBeenCalledTimes(1);
  });

  it("takes photos of the camera app as they are", async () => {
    const { capture } = await setUp();
    capture.takeFiles([]);
    expect(add).not.toHaveBeenCalled();
    capture.takeFiles([new File(["x"], "IMG.jpg")]);
    expect(add).toHaveBeenCalledTimes(1);
  });
});
