import { computed, onMounted, onUnmounted, ref } from "vue";
import { DEPARTMENTS, itemOf } from "../../parts/goods.mjs";

/** `#/item/TEA-004`, `#/c/Kitchen`; anything else is the first department. */
export function useRoute() {
  const hash = ref(location.hash);
  const listener = () => {
    hash.value = location.hash;
  };
  onMounted(() => addEventListener("hashchange", listener));
  onUnmounted(() => removeEventListener("hashchange", listener));
  const parts = computed(() => decodeURIComponent(hash.value).split("/"));
  const item = computed(() => (parts.value[1] === "item" ? itemOf(parts.value[2]) : null));
  const department = computed(() => item.value?.department ?? (DEPARTMENTS.includes(parts.value[2]) ? parts.value[2] : DEPARTMENTS[0]));
  return { item, department };
}
