/* Sounds that wait for the house, in the browser's own database: a closed tab loses none. */

const STORE = "spoken";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("clavier-desk", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const put = (key, sound) => run("readwrite", (store) => store.put(sound, key));
export const get = (key) => run("readonly", (store) => store.get(key));
export const remove = (key) => run("readwrite", (store) => store.delete(key));
