/** A cell of a table: one line, in which bars do not end the cell. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim() || ' ';
}

/** A table. Cells are Markdown themselves. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join(
    '\n',
  );
}

/** Text in which nothing is taken for HTML or a template. */
export function escape(text: string): string {
  return text
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{')
    .replaceAll('}}', '}');
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A page, with the note that nobody should edit it. */
export function page(title: string, ...parts: string[]): string {
  return [
    '<!-- Written by scripts/generate.sh; change the code it is made from. -->',
    `# ${title}`,
    ...parts,
    '',
  ].join('\n\n');
}
