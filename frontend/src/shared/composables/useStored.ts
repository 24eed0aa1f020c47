import { customRef, type Ref } from "vue";

/**
 * A value kept in localStorage as JSON; what cannot be read counts as absent. Assign it whole.
 *
 * The shells use nothing of @vueuse/core: it is one chunk with all that Element Plus takes from it, 5 KiB on a phone.
 */
export function useStored<Value>(key: string, fallback: Value): Ref<Value> {
  let value = read(key, fallback);
  return customRef((track, trigger) => ({
    get: () => {
      track();
      return value;
    },
    set: (next) => {
      value = next;
      localStorage.setItem(key, JSON.stringify(next));
      trigger();
    },
  }));
}

function read<Value>(key: string, fallback: Value): Value {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as Value | null) ?? fallback;
  } catch {
    return fallback;
  }
}
