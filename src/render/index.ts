export { defineShelf } from "./shelf.js";
