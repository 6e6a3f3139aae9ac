/** In the styles of five template languages. */
const PLACE_HOLDER = /\$\{|\{\{|^\{.*\}$|@@|%\(|^%.*%$/;

/** Whether a text is a place holder of a template that nobody filled in: it names nothing. */
export function isPlaceHolder(text: string): boolean {
  return PLACE_HOLDER.test(text);
}
