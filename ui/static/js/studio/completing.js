// What may stand where the cursor is, from the JSON Schema of the document's kind.

// The way to a line from the root, by indentation: keys, and "[]" for an item of a list.
function above(doc, line) {
  const path = [];
  let indent = line.indent;
  for (let number = line.number - 1; number > 0 && indent > 0; number -= 1) {
    const text = doc.line(number).text;
    const found = /^(\s*)((?:- )*)(?:([A-Za-z_][\w.]*):(.*))?$/.exec(text);
    if (!found || !text.trim() || text.trim().startsWith("#")) continue;
    const [, blank, dashes, key] = found;
    const deep = blank.length + dashes.length;
    if (deep < indent && key) {
      path.unshift(key);
      if (dashes) path.unshift(...dashes.trim().split(" ").map(() => "[]"));
      indent = blank.length;
    } else if (deep === indent && dashes && blank.length < indent) {
      path.unshift("[]");
      indent = blank.length;
    }
  }
  return path;
}

// What is open on the line itself: keys and brackets before the cursor.
function within(text) {
  const path = [];
  const stack = [];
  let word = "";
  let key = "";
  let quote = "";
  for (const sign of text) {
    if (quote) {
      quote = sign === quote ? "" : quote;
      word += sign;
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ":") [key, word] = [word.trim(), ""];
    else if (sign === "{" || sign === "[") {
      stack.push({ key, sign });
      [key, word] = ["", ""];
    } else if (sign === "}" || sign === "]") {
      stack.pop();
      [key, word] = ["", ""];
    } else if (sign === ",") [key, word] = ["", ""];
    else word += sign;
  }
  for (const one of stack) {
    if (one.key) path.push(one.key);
    if (one.sign === "[") path.push("[]");
  }
  return { path, key, word: word.trimStart(), flow: stack.length > 0 };
}

export function completer(schema, lang) {
  const resolved = (part) => {
    let here = part;
    for (let depth = 0; here?.$ref && depth < 9; depth += 1) {
      const { $ref, ...rest } = here;
      here = { ...schema.$defs[$ref.replace("#/$defs/", "")], ...rest };
    }
    return here;
  };
  // A field is described by the part of its kind too; the kind is read beside the cursor.
  const whole = (part, kind) => {
    const here = resolved(part) ?? {};
    const properties = { ...here.properties };
    for (const one of here.allOf ?? [])
      if (one.if?.properties?.kind?.const === kind)
        for (const [key, more] of Object.entries(resolved(one.then).properties ?? {})) if (more !== true) properties[key] = more;
    for (const shape of here.anyOf ?? []) Object.assign(properties, resolved(shape).properties);
    return { ...here, properties };
  };
  const walk = (path, kind) => {
    let here = whole(schema, kind);
    for (const step of path) {
      const inside = step === "[]" ? here.items : here.properties?.[step];
      if (!inside || inside === true) return null;
      here = whole(inside, kind);
    }
    return here;
  };
  const said = (part) => {
    const text = resolved(part)?.["x-text"]?.[lang];
    const both = (resolved(part)?.description ?? "").split(" · ");
    return text ?? (both.length === 2 ? both[lang === "zh" ? 0 : 1] : both[0]);
  };
  const kindNear = (doc, number, text) => {
    const here = /\bkind:\s*([a-z_]+)/.exec(text);
    if (here) return here[1];
    for (let at = number; at > Math.max(0, number - 30); at -= 1) {
      const found = /\bkind:\s*([a-z_]+)/.exec(doc.line(at).text);
      if (found) return found[1];
      if (/^\s*- /.test(doc.line(at).text) && at < number) break;
    }
    for (let at = number + 1; at < Math.min(doc.lines, number + 20); at += 1) {
      if (/^\s*- /.test(doc.line(at).text)) break;
      const found = /^\s*kind:\s*([a-z_]+)/.exec(doc.line(at).text);
      if (found) return found[1];
    }
    return "";
  };

  return (context) => {
    const { doc } = context.state;
    const row = doc.lineAt(context.pos);
    const before = row.text.slice(0, context.pos - row.from);
    const lead = /^(\s*)((?:- )*)/.exec(before);
    const line = { number: row.number, indent: lead[1].length + lead[2].length };
    const path = above(doc, { ...line, indent: lead[2] ? lead[1].length : line.indent });
    if (lead[2]) path.push("[]");
    const inner = within(before.slice(lead[0].length));
    const kind = kindNear(doc, row.number, row.text);
    const here = walk([...path, ...inner.path], kind);
    if (!here) return null;
    const from = context.pos - inner.word.length;
    if (!inner.word && !context.explicit && !inner.key) return null;
    if (inner.key) {
      const part = whole(here.properties?.[inner.key], kind);
      const values = part.enum ?? (part.type === "boolean" ? [true, false] : "const" in part ? [part.const] : []);
      return values.length ? { from, options: values.map((value) => ({ label: String(value), type: "enum" })) } : null;
    }
    const values = (here.enum ?? []).map((value) => ({ label: String(value), type: "enum" }));
    const keys = Object.entries(here.properties ?? {})
      .filter(([key]) => inner.flow || !new RegExp(`^\\s{${line.indent}}(- )?${key}:`).test(row.text))
      .map(([key, part]) => ({ label: key, apply: `${key}: `, detail: said(part), type: "property" }));
    return { from, options: [...keys, ...values], validFor: /^[\w.]*$/ };
  };
}
