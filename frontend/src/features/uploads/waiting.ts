import { ref } from "vue";

/** Files that are not up yet or have failed. Apart from the queue, so that a badge does not load all of it. */
export const waitingUploads = ref(0);
