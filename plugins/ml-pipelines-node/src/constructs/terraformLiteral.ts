/**
 * Makes any text a literal of Terraform's JSON syntax, where `${` and `%{`
 * would otherwise start a template.
 *
 * Source: Terraform language, "JSON Configuration Syntax" and "Strings and
 * Templates: Escape Sequences".
 *
 * @public
 */
export function terraformLiteral(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
