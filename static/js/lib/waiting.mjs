/*
 * A page that waits asks anew for its waiting part, as often as the server says, and only while somebody looks at it.
 *
 *   <div data-waiting="address"> with [data-waiting-said], [data-waiting-rest data-again="milliseconds"]
 *
 * Where the page would look different by now the server answers 204, and the page is loaded anew.
 */

const PATIENCE_MS = 15_000; // for one answer
const MISSED_MS = [2000, 60_000]; // after the first answer that did not come, and at most

function wait(part) {
  const [said, rest] = ["said", "rest"].map((name) => part.querySelector(`[data-waiting-${name}]`));
  let timer = 0;
  let due = 0;
  let missed = 0;

  const plan = (milliseconds) => {
    clearTimeout(timer);
    due = performance.now() + milliseconds;
    if (!document.hidden) timer = setTimeout(look, milliseconds);
  };

  const look = async () => {
    try {
      const answer = await fetch(part.dataset.waiting, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.status >= 500) throw new Error(`The site answered ${answer.status}.`);
      missed = 0;
      // Signed out, or taken back meanwhile: the page itself says so.
      if (answer.status !== 200 || answer.redirected) return renew();
      show(await answer.text());
      plan(Number(rest.dataset.again));
    } catch {
      const [first, most] = MISSED_MS;
      plan(Math.min(most, first * 2 ** missed++) * (0.8 + 0.4 * Math.random()));
    }
  };

  const show = (html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const sentence = fresh.content.querySelector("[data-waiting-said]").textContent;
    // Read aloud where it has changed, and only then.
    if (said.textContent !== sentence) said.textContent = sentence;
    const now = fresh.content.querySelector("[data-waiting-rest]");
    rest.dataset.again = now.dataset.again;
    rest.replaceChildren(...now.childNodes);
  };

  /* Not while something plays: the news wait until it pauses. */
  const renew = () => {
    const plays = [...document.querySelectorAll("video, audio")].some((media) => !media.paused);
    if (plays) plan(Number(rest.dataset.again));
    else window.location.reload();
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else plan(Math.max(0, due - performance.now()));
  });
  window.addEventListener("online", () => plan(0));
  plan(Number(rest.dataset.again));
}

for (const part of document.querySelectorAll("[data-waiting]")) wait(part);
