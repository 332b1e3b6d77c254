import { createPresentlyPlugin } from "presently/vue";
import { createApp } from "vue";
import "../../parts/shop.css";
import App from "./app.vue";

const shop = createApp(App).use(createPresentlyPlugin({ manifest: "./manifest.json", capture: false }));
shop.mount("#shop");

/** For a page that is more than this app, and takes it away again. */
Object.assign(window, { unmountShop: () => shop.unmount() });
