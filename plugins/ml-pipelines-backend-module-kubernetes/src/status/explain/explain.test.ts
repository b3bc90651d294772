import { explainImagePull } from './imagePull';
import { readTerminationMessage } from './terminationMessage';

/** As containerd, CRI-O and Docker say it through kubelet. */
it.each([
  [
    'Failed to pull image "r.example.com/a:1": rpc error: code = NotFound desc = failed to pull and unpack image "r.example.com/a:1": failed to resolve reference "r.example.com/a:1": r.example.com/a:1: not found',
    'the registry does not have it (r.example.com/a:1: not found)',
    true,
  ],
  [
    'Back-off pulling image "r.example.com/a:1": ErrImagePull: failed to pull and unpack image "r.example.com/a:1": failed to resolve reference "r.example.com/a:1": failed to do request: Head "https://r.example.com/v2/a/manifests/1": dial tcp: lookup r.example.com on 10.0.0.10:53: no such host',
    'the name of the registry cannot be resolved on the node (Head "https://r.example.com/v2/a/manifests/1": dial tcp: lookup r.example.com on 10.0.0.10:53: no such host)',
    true,
  ],
  [
    'Failed to pull image "a:1": failed to pull and unpack image "a:1": failed to resolve reference "a:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'the registry refuses access',
    true,
  ],
  [
    'failed to pull and unpack image "a:1": failed to copy: httpReadSeeker: failed open: unexpected status code https://r.example.com/v2/a/blobs/sha256:1: 429 Too Many Requests - Server message: toomanyrequests',
    'the registry limits how often the node may pull',
    false,
  ],
  [
    'failed to do request: Head "https://r.example.com": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'the certificate of the registry is not trusted by the node',
    true,
  ],
  ['no match for platform in manifest: not found', 'architecture', true],
])('explains %s', (said, words, final) => {
  expect(
    explainImagePull({ reason: 'ImagePullBackOff', image: 'a:1', said }),
  ).toMatchObject({
    code: 'workload.image-pull',
    message: expect.stringContaining(words),
    final,
  });
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['Killed', { message: 'Killed' }],
  [
    '{"time":"t","level":"info","message":"a"}\n{"time":"t","level":"error","node":"logs","message":"b"}\n',
    { message: 'b', node: 'logs' },
  ],
  [
    '{"error":{"code":"c","message":"m","hint":null,"node":null}}',
    { code: 'c', message: 'm' },
  ],
  // The beginning is cut off after 2048 bytes.
  ['ge":"x"}\n{"error":{"message":"m"}}', { message: 'm' }],
  ['{"level":"info","message":"all is well"}', undefined],
])('reads the last words %j', (text, words) => {
  expect(readTerminationMessage(text)).toEqual(words);
});
