import { ref } from "vue";

/**
 * How many uploads have not ended well yet. It stands apart from the queue so that the navigation can show it without
 * loading the queue; the queue keeps it.
 */
export const pendingUploads = ref(0);
