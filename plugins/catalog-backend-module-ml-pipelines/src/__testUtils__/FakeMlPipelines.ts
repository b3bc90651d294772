import type {
  PipelineDetail,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';

interface Answer {
  status: number;
  body: unknown;
}

/** Answers what the provider asks of the ML pipelines backend, by path. */
export class FakeMlPipelines {
  readonly pipelines = new Map<string, PipelineDetail>();
  readonly targets = new Map<string, Target>();
  readonly openApis = new Map<string, unknown>();
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** Requests that are answered 503 before the backend is up. */
  failures = 0;
  /** Rows of one page at most, to make paging visible. */
  pageSize = 500;

  answer(url: URL): Answer {
    const path = url.pathname.replace(/^.*\/api\/ml-pipelines/, '');
    this.asked.push(path);
    if (this.failures > 0) {
      this.failures--;
      return this.#error(503, 'starting');
    }
    const [, collection, name, part] = path.split('/').map(decodeURIComponent);
    if (collection === 'targets') {
      return name
        ? this.#found(this.targets.get(name))
        : { status: 200, body: { items: [...this.targets.values()] } };
    }
    if (!name) {
      return { status: 200, body: this.#page(url.searchParams) };
    }
    return this.#found(
      part === 'openapi' ? this.openApis.get(name) : this.pipelines.get(name),
    );
  }

  /** The same as a `fetch`, without a server. */
  fetch: typeof fetch = async input => {
    const { status, body } = this.answer(new URL(String(input)));
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  };

  #page(query: URLSearchParams) {
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? 25), this.pageSize);
    const all = [...this.pipelines.values()];
    return {
      items: all.slice(offset, offset + limit),
      totalItems: all.length,
    };
  }

  #found(body: unknown): Answer {
    return body === undefined
      ? this.#error(404, 'there is none')
      : { status: 200, body };
  }

  #error(status: number, message: string): Answer {
    return { status, body: { error: { name: 'Error', message } } };
  }
}
