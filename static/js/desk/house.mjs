/* One way to talk to the house: with a fresh token where the old one went stale, and with a name for what went wrong. */

const ANSWER_MS = 20_000;
// A browser lets a request outlive its page only up to 64 KiB.
const KEEPALIVE_BYTES = 60_000;

/** The connection is gone, or the house does not answer. */
export class Away extends Error {}

/** The sign-in has expired. */
export class SignedOut extends Error {}

/** Somebody else has signed in meanwhile: what was typed here is not theirs. */
export class SomebodyElse extends Error {}

export class House {
  #state;
  #teacher;
  #token = document.querySelector('meta[name="csrf"]');

  /** `state` is the address that says how the recording stands, `teacher` whose desk this is. */
  constructor({ state, teacher }) {
    this.#state = state;
    this.#teacher = teacher;
  }

  /** How the recording stands now; brings a fresh token along. */
  async look() {
    const { body } = await this.#ask(this.#state, {});
    if (body.teacher !== this.#teacher) {
      throw new SomebodyElse();
    }
    this.#token.content = body.token;
    return body;
  }

  /** { status, body } of what stands at this address. */
  read(url) {
    return this.#ask(url, {});
  }

  /** { status, body } of a change; a token of an earlier sign-in is renewed on the way. */
  async send(url, { method = "POST", body, type = null }) {
    const ask = () =>
      this.#ask(url, {
        method,
        body,
        keepalive: typeof body === "string" && body.length < KEEPALIVE_BYTES,
        headers: { "X-CSRFToken": this.#token.content, ...(type && { "Content-Type": type }) },
      });
    const answer = await ask();
    if (answer.status !== 403) {
      return answer;
    }
    await this.look();
    return ask();
  }

  async #ask(url, { headers, ...rest }) {
    let answer;
    try {
      answer = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: { Accept: "application/json", ...headers },
        ...rest,
      });
    } catch {
      throw new Away();
    }
    if (answer.type === "opaqueredirect") {
      throw new SignedOut(); // nothing that is asked here leads anywhere but to the sign-in
    }
    if (answer.status >= 500) {
      throw new Away();
    }
    return { status: answer.status, body: await said(answer) };
  }
}

/** What an answer says; one that was cut off half way is none. */
async function said(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    return {};
  }
  try {
    return await answer.json();
  } catch {
    throw new Away();
  }
}
