// Looks at the whole page as it is laid out now and returns what is wrong with it, in sentences.
window.walkOfLongestValues = async () => {
  const SLACK = 1.5;
  const CONTROLS = "button, a[href], input, select, textarea, [role=tab], [role=button], [role=switch]";
  const faults = new Set();
  const paint = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  const nameOf = (element) => {
    const names = [];
    for (let one = element; one && one !== document.body && names.length < 3; one = one.parentElement) {
      const classes = [...one.classList].filter((name) => !name.startsWith("is-")).slice(0, 2);
      names.unshift([one.localName, ...classes].join("."));
    }
    return names.join(" > ");
  };
  const textOf = (element) => {
    const text = (element.ariaLabel || element.textContent || element.value || "").trim().replace(/\s+/g, " ");
    return `“${text.length > 30 ? `${text.slice(0, 30)}…` : text}”`;
  };
  const tell = (what, element) => faults.add(`${what}: ${nameOf(element)} ${textOf(element)}`);

  const shown = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert], .visually-hidden")) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const cutsWithSign = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
  const isBox = (style) =>
    style.backgroundColor !== "rgba(0, 0, 0, 0)" ||
    style.boxShadow !== "none" ||
    parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth) > 0;
  const isPicture = (element) => element.closest("svg, canvas, [aria-hidden=true]") !== null;

  // Goes up from what is written (or pressed) to whatever holds it, and ends where it may be cut off or scrolled to.
  const follow = (element, rect) => {
    let placed = false; // out of the flow: where it stands is its own affair up to what it is placed in
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (placed && style.position === "static" && style.transform === "none") continue;
      placed = false;
      const box = one.getBoundingClientRect();
      const out = Math.max(rect.right - box.right, box.left - rect.left);
      if (out > SLACK && one !== element) {
        if (scrolls(style)) return;
        if (style.overflowX !== "visible" && cutsWithSign(style)) return;
        if (style.overflowX !== "visible") return tell(`cut off by ${Math.round(out)} px without a sign`, element);
        if (isBox(style)) return tell(`leaves its box ${nameOf(one)} by ${Math.round(out)} px`, element);
      }
      if (one === element && style.overflowX !== "visible" && cutsWithSign(style)) return;
      if (style.position === "fixed") break;
      if (style.position === "absolute") placed = true;
    }
    const out = Math.max(rect.right - innerWidth, -rect.left);
    if (out > SLACK) tell(`leaves the window by ${Math.round(out)} px`, element);
  };

  const range = document.createRange();
  const walkTexts = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement;
      if (!text.data.trim() || /^(script|style|noscript|option)$/.test(parent.localName)) continue;
      if (!shown(parent) || isPicture(parent)) continue;
      range.selectNodeContents(text);
      follow(parent, range.getBoundingClientRect());
    }
  };

  const reaches = (control) => {
    const { left, top, width, height } = control.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!hit || hit.contains(control) || control.contains(hit)) return true;
    // What stands for the control takes its presses: its label, or the value that a chooser shows above its input.
    const own = control.closest("label, .el-select, .van-field") ?? control.labels?.[0];
    if (own?.contains(hit)) return true;
    return `covered by ${nameOf(hit)}`;
  };
  const walkControls = async () => {
    const above = [...document.querySelectorAll("[aria-modal=true]")].filter(shown).at(-1) ?? document.body;
    for (const control of above.querySelectorAll(CONTROLS)) {
      if (!shown(control) || control.disabled || getComputedStyle(control).pointerEvents === "none") continue;
      follow(control, control.getBoundingClientRect());
      control.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const verdict = reaches(control);
      if (verdict !== true) tell(verdict, control);
    }
  };

  await paint();
  for (const animation of document.getAnimations()) {
    if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
  }
  scrollTo(0, 0);
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide > 0) faults.add(`the page scrolls sideways by ${wide} px`);
  walkTexts();
  await walkControls();
  scrollTo(0, 0);
  return [...faults];
};
