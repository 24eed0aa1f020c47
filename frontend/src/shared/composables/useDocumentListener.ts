import { onMounted, onUnmounted } from "vue";

/** Listens to the document while the component is on the page. */
export function useDocumentListener<Name extends keyof DocumentEventMap>(
  name: Name,
  listener: (event: DocumentEventMap[Name]) => void,
): void {
  onMounted(() => {
    document.addEventListener(name, listener);
  });
  onUnmounted(() => {
    document.removeEventListener(name, listener);
  });
}
