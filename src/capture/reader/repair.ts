// In a file of its own: few pages need it.
export { jsonrepair } from "jsonrepair";
