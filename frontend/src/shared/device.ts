import type { Ui } from "./ui";

/** The interface that suits the device: a narrow screen, or a touch screen without a fine pointer. */
export function suggestedUi(): Ui {
  const narrow = window.matchMedia("(max-width: 768px)").matches;
  const touchOnly = window.matchMedia("(pointer: coarse) and (hover: none) and (max-width: 1180px)").matches;
  return narrow || touchOnly ? "m" : "pc";
}
