// Review by keyboard. Everything it does, the boxes, links and buttons of the page do too.
const form = document.querySelector("#selection");
const items = [...document.querySelectorAll(".item[data-key], .rows tbody tr")].filter((item) => boxOf(item));
const about = form?.querySelector(".about-what");
const note = form?.querySelector('[name="note"]');
const DECISIONS = { d: "disavow", r: "remove", i: "ignore", x: "keep" };
let current = -1;
let sent = false;

function boxOf(item) {
  return item.querySelector('input[type="checkbox"][name="key"]');
}

function keyOf(item) {
  return item.dataset.key ?? `link:${boxOf(item).value}`;
}

function ticked() {
  return items.filter((item) => boxOf(item).checked);
}

function nameOf(item) {
  return (item.querySelector("h2, a.open, .opener ~ *") ?? item).textContent.replace(/\s+/g, " ").trim().slice(0, 90);
}

function tell() {
  if (!about) return;
  const some = ticked();
  if (some.length) about.textContent = about.dataset.many.replace("{n}", some.length);
  else if (current >= 0) about.textContent = about.dataset.marked.replace("{name}", nameOf(items[current]));
  else about.textContent = about.dataset.none;
}

function mark(place, scroll = true) {
  if (!items.length) return;
  items[current]?.classList.remove("current", "here");
  current = Math.max(0, Math.min(place, items.length - 1));
  const item = items[current];
  item.classList.add(item.matches("tr") ? "here" : "current");
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
  if (scroll) item.scrollIntoView({ block: "nearest" });
  tell();
}

/** The item to stand at once the others are decided: the first behind `from` that is not about to go. */
function following(from) {
  const item = items[from];
  const inside = item?.matches(".head-of") ? item.closest(".case") : null;
  const behind = items.slice(from + 1).find((one) => !inside?.contains(one) && !boxOf(one).checked);
  return behind ?? items.slice(0, from).findLast((one) => !boxOf(one).checked);
}

function decide(decision) {
  const button = form?.querySelector(`button[name="decision"][value="${decision}"]`);
  if (!button || button.disabled || sent) return;
  form.requestSubmit(button);
}

form?.addEventListener("submit", (event) => {
  const chosen = ticked();
  if (items.length) {
    if (!chosen.length && current < 0) {
      event.preventDefault();
      tell();
      return;
    }
    if (!chosen.length) form.elements.current.value = keyOf(items[current]);
    const stay = following(chosen.length ? items.indexOf(chosen.at(-1)) : current);
    if (stay?.id) form.elements.next.value = form.elements.next.value.split("#")[0] + `#${stay.id}`;
  }
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => {
  sent = false;
});

function step(by) {
  if (items.length) mark(current < 0 ? 0 : current + by);
  else document.querySelector(by > 0 ? ".steps a[rel=next]" : ".steps a[rel=prev]")?.click();
}

/** Whether keys are switched off, as they can be on the page of help. */
function off() {
  try {
    return window.localStorage.getItem("backlit-keys-off") === "1";
  } catch {
    return false;
  }
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => items[current]?.querySelector("a.open, a.opener, h2 a")?.click(),
  s: () => {
    if (current < 0 || boxOf(items[current]).disabled) return;
    boxOf(items[current]).checked = !boxOf(items[current]).checked;
    tell();
  },
  n: () => note?.focus(),
  "?": () => {
    const help = document.querySelector(".keyhelp");
    if (help) help.open = !help.open;
  },
};
for (const [key, decision] of Object.entries(DECISIONS)) KEYS[key] = () => decide(decision);

// Before the keys that all pages have: where something is reviewed, a key means a decision.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input:not([type="checkbox"], [type="radio"]), select, textarea')) {
      if (event.target === note && (event.key === "Escape" || (event.key === "Enter" && items.length))) {
        event.preventDefault();
        note.blur();
        if (current >= 0) mark(current, false);
      }
      return;
    }
    if (!form || off() || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    KEYS[event.key]();
  },
  true,
);

for (const item of items) {
  item.addEventListener("click", (event) => {
    if (!event.target.closest("a, input, button, label, summary")) mark(items.indexOf(item), false);
  });
}
document.addEventListener("change", () => setTimeout(tell));
const wanted = location.hash && items.findIndex((item) => `#${item.id}` === location.hash);
if (wanted >= 0 && location.hash) mark(wanted);
