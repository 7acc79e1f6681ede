// Comfort on top of pages that work without: keys, the controls of the filter, selection, copying, what is computed
// meanwhile. No framework; each part looks for its own elements and does nothing where they are not.

const typing = (node) => node.closest("input, select, textarea, [contenteditable]") !== null;

// Keys: "/" to the target, "f" to the filter, "j"/"k" along the rows, "o" opens a row's first link, "x" selects it,
// "n"/"p" to the next and previous page.
const rows = () => Array.from(document.querySelectorAll("table.rows tbody tr"));
let at = -1;

const go = (step) => {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("here");
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all[at].classList.add("here");
  all[at].scrollIntoView({ block: "nearest" });
  const first = all[at].querySelector("a, input");
  first?.focus({ preventScroll: true });
};

const KEYS = {
  "/": () => document.querySelector("#target")?.focus(),
  f: () => document.querySelector("#where")?.focus(),
  j: () => go(1),
  k: () => go(-1),
  o: () => rows()[at]?.querySelector("a")?.click(),
  x: () => rows()[at]?.querySelector("input[type=checkbox]")?.click(),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
};

// Keys may be in the way of those who speak to their browser: they can be switched off on the page of help.
const OFF = "backlit-keys-off";
const stored = (() => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
})();
for (const box of document.querySelectorAll("[data-keys]")) {
  box.checked = stored?.getItem(OFF) !== "1";
  box.addEventListener("change", () => (box.checked ? stored?.removeItem(OFF) : stored?.setItem(OFF, "1")));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.drop[open], details.menu[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (stored?.getItem(OFF) === "1") return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// Boxes that drop down close when something else is clicked.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// The controls of the filter: only the operators of the column's kind; its values as suggestions.
const BY_KIND = {
  text: ["contains", "=", "!=", "startswith", "endswith", "ilike", "has", "matches", "is known", "is null"],
  integer: [">=", "<=", "=", "!=", ">", "<", "is known", "is null"],
  number: [">=", "<=", "=", "!=", ">", "<", "is known", "is null"],
  boolean: ["is true", "is false", "is known", "is null"],
  time: [">=", "<=", "=", ">", "<", "is known", "is null"],
};

for (const box of document.querySelectorAll(".controls")) {
  const column = box.querySelector("[name=f_column]");
  const operator = box.querySelector("[name=f_operator]");
  const value = box.querySelector("[name=f_value]");
  if (!column || !operator || !value) continue;
  const every = Array.from(operator.options);
  const suggestions = document.createElement("datalist");
  suggestions.id = "f_choices";
  box.append(suggestions);
  const fit = () => {
    const chosen = column.selectedOptions[0];
    const choices = (chosen.dataset.choices || "").split(" ").filter(Boolean);
    let wanted = BY_KIND[chosen.dataset.kind] || BY_KIND.text;
    if (choices.length) wanted = ["=", "!=", ...wanted.filter((one) => one !== "=" && one !== "!=")];
    const before = operator.value;
    operator.replaceChildren(...wanted.map((one) => every.find((option) => option.value === one)).filter(Boolean));
    operator.value = wanted.includes(before) && !choices.length ? before : wanted[0];
    suggestions.replaceChildren(...choices.map((choice) => new Option(choice, choice)));
    if (choices.length) value.setAttribute("list", "f_choices");
    else value.removeAttribute("list");
    still();
  };
  const still = () => {
    value.disabled = operator.value.startsWith("is ");
  };
  column.addEventListener("change", fit);
  operator.addEventListener("change", still);
  fit();
}

// A form that is read again by its address: fields left empty stay out of it.
for (const form of document.querySelectorAll("form.filter")) {
  form.addEventListener("submit", (event) => {
    const adds = event.submitter?.name === "add";
    for (const field of form.querySelectorAll("input, select")) {
      if (!field.value || (!adds && field.name.startsWith("f_"))) field.disabled = true;
    }
  });
}

// The columns are chosen at once.
for (const form of document.querySelectorAll("form.choose")) {
  form.addEventListener("submit", () => {
    const boxes = Array.from(form.querySelectorAll("input[name=columns]"));
    const joined = boxes.filter((box) => box.checked).map((box) => box.value);
    for (const box of boxes) box.disabled = true;
    const one = document.createElement("input");
    one.type = "hidden";
    one.name = "columns";
    one.value = joined.join(",");
    form.append(one);
  });
}

// Rows that are selected: their number beside the buttons, Shift for a stretch, all at once by the box in the head.
const picks = Array.from(document.querySelectorAll("td.pick input"));
if (picks.length) {
  const told = document.querySelector("[data-selected]");
  const all = document.querySelector("th.pick input");
  let last = null;
  const tell = () => {
    const number = picks.filter((box) => box.checked).length;
    if (told) told.textContent = String(number);
    if (all) {
      all.checked = number === picks.length;
      all.indeterminate = number > 0 && number < picks.length;
    }
  };
  for (const box of picks) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [picks.indexOf(last), picks.indexOf(box)].sort((a, b) => a - b);
        for (const between of picks.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      tell();
    });
  }
  all?.addEventListener("change", () => {
    for (const box of picks) box.checked = all.checked;
    tell();
  });
  tell();
}

// Copying: a button with data-copy gives that text, one with data-copy-from the text of an element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  await navigator.clipboard.writeText(from ? from.textContent : button.dataset.copy);
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, 1500);
});

// What is computed meanwhile: the page is asked again, and only the parts that wait are put in its place.
const wait = async (seconds) => {
  await new Promise((then) => setTimeout(then, seconds * 1000));
  if (!document.querySelector("[data-live][data-pending]")) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live][data-pending]")) {
        const now = page.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
        if (now && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(now));
      }
    }
  } catch {
    // The server may be starting anew: it is asked again.
  }
  wait(Math.min(seconds * 1.5, 10));
};
if (document.querySelector("[data-live][data-pending]")) wait(1);
