/*
 * Takes as they grow, in the browser's own database: a closed or crashed tab loses nothing but its last second.
 *
 * A take is { user, assignment, id, number, began (ms), type, name, seconds, bytes, parts, whole, verdict, look }. User and
 * assignment stand first in every key, so that nobody else on this device is shown it.
 */

const NAME = "clavier-record";
const KEEP_MS = 30 * 24 * 3600 * 1000; // what nobody came back for
const LOCK = "clavier-take-";

const key = (take) => [take.user, take.assignment, take.id];
// An array is sorted after every text and number.
const under = (prefix) => IDBKeyRange.bound(prefix, [...prefix, []]);

/** Part number `take.parts - 1` of a take, and what is known of the take with it; both or none. */
export function add(take, bytes) {
  return within("readwrite", (takes, parts) => {
    parts.put(bytes, [...key(take), take.parts - 1]);
    takes.put(take, key(take));
  });
}

export function put(take) {
  return within("readwrite", (takes) => takes.put(take, key(take)));
}

/** One's takes for an assignment, the oldest first, as they are kept; those of other tabs with `isElsewhere`. */
export async function list(user, assignment) {
  const takes = await within("readonly", (takes) => takes.getAll(under([user, assignment])));
  const held = await heldLocks();
  return takes
    .filter((take) => take.parts)
    .map((take) => ({ ...take, isElsewhere: held.has(LOCK + take.id) }))
    .sort((one, other) => one.began - other.began);
}

/** The film of a take, as far as it is kept. */
export async function film(take) {
  const found = [];
  await within("readonly", (takes, parts) => {
    const walk = parts.openCursor(under(key(take)));
    walk.onsuccess = () => {
      if (!walk.result) return;
      found.push(new Blob([walk.result.value])); // one by one into the browser's keeping, out of the page's memory
      walk.result.continue();
    };
  });
  return new Blob(found, { type: take.type });
}

export function forget(take) {
  return within("readwrite", (takes, parts) => {
    takes.delete(key(take));
    parts.delete(under(key(take)));
  });
}

export function countOf(user) {
  return within("readonly", (takes) => takes.count(under([user])));
}

export function forgetAllOf(user) {
  return within("readwrite", (takes, parts) => {
    takes.delete(under([user]));
    parts.delete(under([user]));
  });
}

/** Whosever it is: a shared device does not keep a child's film for ever. */
export async function forgetOld() {
  const takes = await within("readonly", (takes) => takes.getAll());
  await Promise.all(takes.filter((take) => Date.now() - take.began > KEEP_MS).map(forget));
}

/** Until the function that this gives is called, or the tab is gone, the take is this tab's; null where it is another's. */
export function hold(take) {
  return new Promise((resolve) => {
    if (!navigator.locks) {
      resolve(() => {});
      return;
    }
    const held = (lock) => (lock ? new Promise((release) => resolve(release)) : resolve(null));
    navigator.locks.request(LOCK + take.id, { ifAvailable: true }, held);
  });
}

async function heldLocks() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map((lock) => lock.name));
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => ["takes", "parts"].forEach((store) => asked.result.createObjectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      // Strict: on the disk before it counts, for a phone whose battery ends in the middle.
      const transaction = database.transaction(["takes", "parts"], mode, { durability: "strict" });
      transaction.onabort = () => reject(transaction.error);
      try {
        const asked = act(transaction.objectStore("takes"), transaction.objectStore("parts"));
        transaction.oncomplete = () => resolve(asked?.result);
      } catch (error) {
        transaction.abort();
        reject(error);
      }
    });
  } finally {
    database.close();
  }
}
