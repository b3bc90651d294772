import { ReactElement, useId, useMemo } from 'react';
import { VisuallyHidden } from '@backstage/ui';
import {
  RiAlertLine,
  RiDatabase2Line,
  RiEqualizerLine,
  RiMindMap,
  RiRocketLine,
} from '@remixicon/react';
import {
  NodeCategory,
  PipelineEdge,
  PipelineGraph,
  PipelineNode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useCatalogue } from '../../forms/useCatalogue';
import { useNodeText } from '../../forms/useNodeText';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { graphLayout, NODE_HEIGHT, NODE_WIDTH } from './graphLayout';
import styles from './GraphView.module.css';

const icons: Record<NodeCategory, ReactElement> = {
  source: <RiDatabase2Line />,
  preprocess: <RiEqualizerLine />,
  model: <RiMindMap />,
  deploy: <RiRocketLine />,
};

/** The nodes of a pipeline and how they are connected, to look at. */
export function GraphView(props: {
  nodes: PipelineNode[];
  edges: PipelineEdge[];
  /** Percent of the processing time, by node. */
  shares?: ReadonlyMap<string, number>;
  /** Node that is drawn as the place of a problem. */
  problemNode?: string;
}) {
  const { nodes, edges, shares, problemNode } = props;
  const t = useText();
  const text = useNodeText();
  const { catalogue } = useCatalogue();
  const marker = useId();
  const graph = useMemo(() => new PipelineGraph(nodes, edges), [nodes, edges]);
  const layout = useMemo(() => graphLayout(graph), [graph]);
  const slowest = [...(shares ?? [])].sort((a, b) => b[1] - a[1])[0]?.[0];

  return (
    <div
      className={styles.scroll}
      // Wide graphs scroll; the region must be reachable with the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={t('pipeline.graph.label')}
    >
      <div
        className={styles.canvas}
        style={{ width: layout.width, height: layout.height }}
      >
        <svg
          className={styles.edges}
          width={layout.width}
          height={layout.height}
          aria-hidden="true"
        >
          <defs>
            <marker
              id={marker}
              viewBox="0 0 8 8"
              refX="6"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M 0 0 L 8 4 L 0 8 z" className={styles.arrow} />
            </marker>
          </defs>
          {layout.edges.map(edge => (
            <path
              key={edge.key}
              d={edge.path}
              className={styles.edge}
              markerEnd={`url(#${marker})`}
            />
          ))}
        </svg>
        <ol className={styles.nodes}>
          {layout.nodes.map(({ id, x, y }) => {
            const node = graph.nodes.get(id);
            const type = catalogue.get(node?.type ?? '');
            const share = shares?.get(id);
            const before = graph.incoming(id).map(edge => edge.fromNode);
            return (
              <li
                key={id}
                className={styles.node}
                data-problem={id === problemNode || undefined}
                style={{
                  left: x,
                  top: y,
                  width: NODE_WIDTH,
                  height: NODE_HEIGHT,
                }}
              >
                <div className={styles.head}>
                  <span className={styles.icon} aria-hidden="true">
                    {type ? icons[type.category] : <RiAlertLine />}
                  </span>
                  <span className={styles.category}>
                    {type
                      ? t(`category.${type.category}` as TextKey)
                      : node?.type}
                  </span>
                  {id === problemNode && (
                    <span
                      className={styles.problem}
                      role="img"
                      aria-label={t('pipeline.graph.problem')}
                      title={t('pipeline.graph.problem')}
                    >
                      <RiAlertLine />
                    </span>
                  )}
                </div>
                <div className={styles.title} title={id}>
                  {node?.title ?? (type ? text.title(type) : id)}
                </div>
                {before.length > 0 && (
                  <VisuallyHidden>
                    {t('pipeline.graph.reads', { nodes: before.join(', ') })}
                  </VisuallyHidden>
                )}
                {share === undefined ? (
                  <div className={styles.id}>{id}</div>
                ) : (
                  <>
                    <div className={styles.bar} aria-hidden="true">
                      <div
                        className={styles.fill}
                        data-slowest={id === slowest || undefined}
                        style={{ width: `${share}%` }}
                      />
                    </div>
                    <div className={styles.id}>
                      {t('pipeline.graph.share', {
                        percent: formatNumber(share, share < 10 ? 1 : 0),
                      })}
                      {id === slowest && (
                        <VisuallyHidden>
                          {t('pipeline.graph.slowest')}
                        </VisuallyHidden>
                      )}
                    </div>
                  </>
                )}
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
