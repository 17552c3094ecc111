// Brings the editor's bundle when it is asked for, so that the first picture does not wait for it.
export function load(path) {
  return import(new URL(path, document.baseURI).href);
}
