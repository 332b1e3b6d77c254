import type { Page } from "playwright/test";

/** All that this origin keeps in the browser: database rows, cached files, local and session storage, cookies. */
export function disk(
  page: Page,
): Promise<{ rows: number; databases: string[]; caches: string[]; localStorage: string[]; sessionStorage: string[]; cookie: string }> {
  return page.evaluate(async () => {
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases = (await indexedDB.databases()).map(({ name = "" }) => name);
    let rows = 0;
    for (const name of databases) {
      const opening = indexedDB.open(name);
      // It was deleted meanwhile: looking must not make it anew.
      opening.onupgradeneeded = () => opening.transaction!.abort();
      const database = await result(opening).catch(() => null);
      if (!database) continue;
      for (const store of database.objectStoreNames) rows += await result(database.transaction(store).objectStore(store).count());
      database.close();
    }
    return {
      rows,
      databases,
      caches: await caches.keys(),
      localStorage: Object.keys(localStorage),
      sessionStorage: Object.keys(sessionStorage),
      cookie: document.cookie,
    };
  });
}
