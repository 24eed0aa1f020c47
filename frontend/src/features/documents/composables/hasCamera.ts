/** Whether pages may ask for a camera here at all; not on plain HTTP addresses other than localhost. */
export function hasCamera(): boolean {
  return typeof (navigator as Partial<Navigator>).mediaDevices?.getUserMedia === "function";
}
