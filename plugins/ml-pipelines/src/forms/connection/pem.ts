const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g;

/** Whether a text holds certificates in PEM. */
export function isCertificate(text: string): boolean {
  return labels(text).includes('CERTIFICATE');
}

/** Whether a text holds a private key in PEM that is not itself encrypted. */
export function isPrivateKey(text: string): boolean {
  return labels(text).some(
    label => label.endsWith('PRIVATE KEY') && !label.startsWith('ENCRYPTED'),
  );
}

function labels(text: string): string[] {
  return [...text.matchAll(BLOCK)].map(([, label]) => label);
}

/** PEM as configurations of clusters hold it; undefined for an empty text. */
export function toCaData(pem: string): string | undefined {
  const text = pem.trim();
  // What is base64 of PEM already, as in a kubeconfig, stays as it is.
  if (!text || isCertificate(fromCaData(text.replace(/\s/g, '')))) {
    return text.replace(/\s/g, '') || undefined;
  }
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${text}\n`)));
}

/** The reverse of {@link toCaData}; the text itself where it is no base64. */
export function fromCaData(data: string | undefined): string {
  try {
    return atob(data ?? '');
  } catch {
    return data ?? '';
  }
}
