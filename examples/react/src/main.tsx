import { PresentlyProvider } from "presently/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../../parts/shop.css";
import { App } from "./app.jsx";

const root = createRoot(document.getElementById("shop")!);
root.render(
  <StrictMode>
    <PresentlyProvider options={{ manifest: "./manifest.json", capture: false }}>
      <App />
    </PresentlyProvider>
  </StrictMode>,
);

/** For a page that is more than this app, and takes it away again. */
Object.assign(window, { unmountShop: () => root.unmount() });
