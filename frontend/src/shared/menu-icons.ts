import { shallowRef, type Component, type ShallowRef } from "vue";

type Icons = Record<string, Component>;

const icons = shallowRef<Icons>({});
let load: (() => Promise<Icons>) | null = null;

/** Says where desktops find the icons of the navigation; called once by the wiring in app/. */
export function provideMenuIcons(loader: () => Promise<Icons>): void {
  load = loader;
}

/** The icons that menu entries name; they come a moment after the navigation itself. */
export function useMenuIcons(): Readonly<ShallowRef<Icons>> {
  const wanted = load;
  load = null;
  void wanted?.().then((found) => {
    icons.value = found;
  });
  return icons;
}
