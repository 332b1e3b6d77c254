import { getCurrentInstance, type InjectionKey, inject, onMounted, onScopeDispose, type Plugin, type ShallowRef, shallowRef, watch } from "vue";
import type { Presently } from "../contract/client.js";
import { PresentlyError } from "../contract/errors.js";
import type { PresentlyOptions } from "../options.js";
import { type ClientStore, clientStore, givenClient, type Readable } from "../store/index.js";

const KEY: InjectionKey<ClientStore> = Symbol("presently");

/**
 * Brings a client to the composables of an app: one that the plugin makes in the browser and stops when the app is unmounted,
 * or the page's own, `{ client }`.
 */
export function createPresentlyPlugin(options: PresentlyOptions | { readonly client: Presently }): Plugin {
  return {
    install(app) {
      const store = "client" in options ? givenClient(options.client) : clientStore(options);
      app.provide(KEY, store);
      // Listening is what keeps the client, whether or not a composable does.
      const release = store.subscribe(() => {});
      const { unmount } = app;
      app.unmount = () => {
        unmount();
        release();
      };
    },
  };
}

/** @throws PresentlyError `vue/no-plugin` */
export function useClientStore(): ClientStore {
  const store = inject(KEY, null);
  if (!store) throw new PresentlyError("vue/no-plugin", "Presently's composables need app.use(createPresentlyPlugin({ manifest })) and are called in setup()");
  return store;
}

/**
 * The newest value of whatever `choose` gives, until the scope ends. A component has `initial` until it is mounted, as a server has, whose HTML
 * it may be hydrating. Not deep: rankings are large and never change inside.
 */
export function fromReadable<T>(initial: T, choose: () => Readable<T> | null): Readonly<ShallowRef<T>> {
  const value = shallowRef(initial) as ShallowRef<T>;
  let unsubscribe = () => {};
  const follow = () => {
    watch(
      choose,
      (readable) => {
        unsubscribe();
        unsubscribe = () => {};
        if (!readable) value.value = initial;
        else
          unsubscribe = readable.subscribe((next) => {
            value.value = next;
          });
      },
      { immediate: true },
    );
  };
  if (getCurrentInstance()) onMounted(follow);
  else follow();
  onScopeDispose(() => unsubscribe());
  return value;
}
