/** An element of an XML document: attributes and text with their references resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of this element alone. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const TOKEN = /<\/([\w-]+)\s*>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/uy;

/** Reads elements, attributes and text, and nothing else of XML. Throws where the document is not well-formed. */
export function parseXml(document: string): XmlElement {
  const illegal = ILLEGAL.exec(document);
  if (illegal !== null) throw new Error(`illegal character at ${illegal.index}`);
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!document.startsWith(head)) throw new Error("no XML declaration");
  const root = { name: "", attributes: {}, text: "", children: [] as XmlElement[] };
  const open: { name: string; attributes: Record<string, string>; text: string; children: XmlElement[] }[] = [root];
  TOKEN.lastIndex = head.length;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    const parent = open.at(-1);
    if (token === null || parent === undefined) throw new Error(`not well-formed at ${at}`);
    const [, closed, opened, attributes = "", selfClosed, text] = token;
    if (text !== undefined) parent.text += resolved(text);
    if (closed !== undefined && (open.length === 1 || open.pop()?.name !== closed))
      throw new Error(`</${closed}> at ${at}`);
    if (opened === undefined) continue;
    const element = { name: opened, attributes: attributesOf(attributes), text: "", children: [] };
    parent.children.push(element);
    if (selfClosed === "") open.push(element);
  }
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0 || open.length > 1 || root.text.trim() !== "") {
    throw new Error("not one whole element");
  }
  return only;
}

function attributesOf(source: string): Record<string, string> {
  const pairs = [...source.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, resolved(value)]);
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length) throw new Error(`an attribute twice: ${source}`);
  return Object.fromEntries(pairs);
}

function resolved(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> in text");
  return text.replace(/&(#?)([^;&]*)(;?)/g, (whole, isNumber: string, name: string, end: string) => {
    const character = isNumber === "#" ? String.fromCodePoint(Number(name)) : NAMED[name];
    if (character === undefined || end === "" || ILLEGAL.test(character)) throw new Error(`reference ${whole}`);
    return character;
  });
}
