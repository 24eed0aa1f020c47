import { beforeEach, describe, expect, it, vi } from "vitest";

import { runInApp } from "@/shared/testing/run-in-app";

import { droppedFiles, useFileIntake } from "./useFileIntake";

const file = new File(["x"], "流水.pdf");
const onFiles = vi.fn();
let enabled = true;
let app: Awaited<ReturnType<typeof runInApp<ReturnType<typeof useFileIntake>>>>;

function drag(type: string, target: Element, { types = ["Files"], relatedTarget = null as Element | null } = {}) {
  const transfer = { types, files: [file], items: [], dropEffect: "none" };
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), {
    dataTransfer: transfer,
    relatedTarget,
  });
  target.dispatchEvent(event);
  return event;
}

function paste(target: Element, files: File[]) {
  target.dispatchEvent(
    Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData: { files } }),
  );
}

const slot = () => document.querySelector('[data-slot="bank_statement"] p') as Element;
const elsewhere = () => document.querySelector("h1") as Element;

beforeEach(async () => {
  document.body.innerHTML = '<h1>张三</h1><section data-slot="bank_statement"><p>…</p></section><input />';
  onFiles.mockReset();
  enabled = true;
  app = await runInApp(() => useFileIntake({ enabled: () => enabled, onFiles }));
});

describe("dragging", () => {
  it("invites while files are over the page, and marks the slot under them", () => {
    drag("dragenter", elsewhere());
    expect(app.result.dragging.value).toBe(true);
    drag("dragover", slot());
    expect(app.result.over.value).toBe("bank_statement");
    drag("dragleave", slot(), { relatedTarget: elsewhere() });
    expect(app.result.dragging.value).toBe(true);
    drag("dragleave", elsewhere());
    expect(app.result.dragging.value).toBe(false);
  });

  it("gives a drop to the slot it falls on", async () => {
    drag("drop", slot());
    await vi.waitFor(() => {
      expect(onFiles).toHaveBeenCalledWith([file], "bank_statement");
    });
  });

  it("asks about a drop beside the slots", async () => {
    drag("drop", elsewhere());
    await vi.waitFor(() => {
      expect(onFiles).toHaveBeenCalledWith([file], null);
    });
  });

  it("never lets the browser leave the page for a dropped file, though nothing may be added", async () => {
    enabled = false;
    expect(drag("dragover", slot()).defaultPrevented).toBe(true);
    expect(drag("drop", slot()).defaultPrevented).toBe(true);
    await Promise.resolve();
    expect(onFiles).not.toHaveBeenCalled();
  });

  it("leaves dragged text alone", () => {
    expect(drag("dragover", slot(), { types: ["text/plain"] }).defaultPrevented).toBe(false);
  });
});

describe("pasting", () => {
  it("goes to the slot that the pointer or the focus came to last", () => {
    slot().dispatchEvent(new Event("pointerover", { bubbles: true }));
    paste(document.body, [file]);
    expect(onFiles).toHaveBeenLastCalledWith([file], "bank_statement");
    elsewhere().dispatchEvent(new Event("focusin", { bubbles: true }));
    paste(document.body, [file]);
    expect(onFiles).toHaveBeenLastCalledWith([file], null);
  });

  it("leaves text fields alone, and pasted text", () => {
    paste(document.querySelector("input") as Element, [file]);
    paste(document.body, []);
    expect(onFiles).not.toHaveBeenCalled();
  });
});

describe("droppedFiles", () => {
  const fileEntry = (name: string) => ({
    isFile: true,
    isDirectory: false,
    file: (found: (file: File) => void) => {
      found(new File(["x"], name));
    },
  });

  it("reads folders to their depth, portion by portion, without hidden files", async () => {
    const folder = (children: object[]) => {
      const portions = [children.slice(0, 1), children.slice(1), []];
      return {
        isFile: false,
        isDirectory: true,
        createReader: () => ({
          readEntries: (found: (portion: object[]) => void) => {
            found(portions.shift() ?? []);
          },
        }),
      };
    };
    const tree = folder([fileEntry("1.jpg"), folder([fileEntry("2.jpg"), fileEntry(".DS_Store")])]);
    const files = await droppedFiles({
      files: [],
      items: [{ webkitGetAsEntry: () => tree }],
    } as unknown as DataTransfer);
    expect(files.map((one) => one.name)).toEqual(["1.jpg", "2.jpg"]);
  });
});
