// Keeps a part of the page up to date while a job runs: the page itself is asked again, and the part put in place of
// the old one. What is asked is the page that a browser without scripts would load anew.
const part = () => document.querySelector("[data-live]");

async function look() {
  const old = part();
  if (!old) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(old.id);
      if (fresh) put(old, document.adoptNode(fresh));
    }
  } catch {
    // The server may be away for a moment; the next look tells.
  }
  wait();
}

// Opened details stay open, and the focus stays where it was.
function put(old, fresh) {
  const open = new Set([...old.querySelectorAll("details[open][id]")].map((one) => one.id));
  for (const one of fresh.querySelectorAll("details[id]")) one.open = open.has(one.id) || one.open;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

function wait() {
  const now = part();
  if (now) setTimeout(look, document.hidden ? 10000 : Number(now.dataset.live) || 2000);
}

wait();
