/** A row of `pipelines` for tests of what refers to it. */
export function pipelineRow(name: string): Record<string, unknown> {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    name,
    title: name,
    title_key: name,
    owner: 'group:default/security',
    tags: '[]',
    target: 'here',
    mode: 'stream',
    data_sources: '[]',
    search_text: name,
    revision: 0,
    digest: '',
    status: 'draft',
    status_rank: 6,
    created_at: at,
    updated_at: at,
  };
}
