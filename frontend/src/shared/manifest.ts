import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";

import type { Permission } from "@/api/generated";

import type { Ui } from "./ui";

export type ComponentLoader = () => Promise<{ default: Component }>;

/**
 * Places in one feature's page that other features fill, so that neither imports the other.
 *
 * `customer.tabs`: parts of a customer's page, one open at a time; each receives `customer`.
 * `customer.case`: what stands above the parts of a customer's page; receives `customer`.
 * `customer.actions`: what else can be done with a customer; receives `customer`, shows its own dialogs and tells
 * the page what to offer by the event `actions` (a list of `PageAction`).
 * `customer.bar`: what stands at the bottom of a customer's page on phones, before the prominent actions; receives
 * `customer`.
 * `customer.capture`: the phone's camera for one document type; receives `customer` and `typeCode`.
 * `review.decision`: the end of a review; receives `customer`, `completeness` and `verdicts`, and asks by the event
 * `open` (a document's id) for what is still to be judged.
 * `shell.overlay`: stands above the router in both shells (the upload tray); no props.
 */
export type SlotName =
  | "customer.tabs"
  | "customer.case"
  | "customer.actions"
  | "customer.bar"
  | "customer.capture"
  | "review.decision"
  | "shell.overlay";

/** One of the pieces that stand in a slot. */
export interface SlotFilling {
  /** Tells it from the others in its slot; a tab's name stands in the address. */
  name: string;
  order: number;
  /** Message key of what a tab is called, one that is known before the piece is loaded (locales/shell.*.json). */
  label?: string;
  /** All of these are needed to see it. */
  permissions?: Permission[];
  load: ComponentLoader;
}

/** Something that can be done on a page now; how it looks is the page's affair. */
export interface PageAction {
  name: string;
  label: string;
  tone: "primary" | "success" | "warning" | "danger" | "neutral";
  /** The next step of the work: a phone shows it without opening the menu. */
  prominent?: boolean;
  /** Why it cannot be done yet, in a few words that stand at its label; `run` then explains. */
  blocked?: string;
  run: () => void;
}

/**
 * The groups of the navigation, in their order. Phones show the entries of `tabs` below every page, at most four, and
 * all others behind "more"; desktops show every group but that one.
 */
export const menuGroups = [
  "tabs",
  "home",
  "customers",
  "documents",
  "sales",
  "licenses",
  "finance",
  "service",
  "analytics",
  "system",
] as const;

export interface MenuEntry {
  group: (typeof menuGroups)[number];
  /** Among the entries of its group. */
  order: number;
  /** Message key, one of the feature's shell.*.json. */
  label: string;
  /** On desktops a file of the feature, `pc/<icon>.ts`; on phones a name in the font of the kit. */
  icon: string;
  /** A number that stands at the entry while it is above zero. */
  badge?: () => number;
}

/**
 * What a feature contributes: its routes and what it puts into slots. Found by file name
 * (`features/<name>/manifest.ts`); components are always lazy.
 *
 * Paths are relative to the interface: `customers/new` becomes `/pc/customers/new`. Route names
 * start with the interface: `pc.customers.new`, `m.customers.new`.
 */
export interface FeatureManifest {
  /** Features whose messages this one shows besides its own and the shared ones. */
  messages?: string[];
  routes?: Partial<Record<Ui, RouteRecordRaw[]>>;
  slots?: Partial<Record<SlotName, Partial<Record<Ui, SlotFilling[]>>>>;
}

declare module "vue-router" {
  interface RouteMeta {
    /** Message key of the page's title, spoken on arrival and shown in the browser's tab. */
    title?: string;
    /** All of these are needed; guard, menu and the 403 page read them here. */
    permissions?: Permission[];
    /** Reachable without signing in. */
    public?: boolean;
    /** Shown without navigation around it (sign-in). */
    bare?: boolean;
    /** The places that other features fill on it; a page that is opened first is fetched with the pieces in them. */
    slots?: SlotName[];
    /** Its place in the navigation. */
    menu?: MenuEntry;
    /** Phone: shows a back arrow that leads to this route name when there is no history. */
    back?: string;
  }
}
