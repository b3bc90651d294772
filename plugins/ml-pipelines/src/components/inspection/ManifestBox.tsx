import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Button,
} from '@backstage/ui';
import { RiDownload2Line } from '@remixicon/react';
import { useText } from '../../translation';
import { CopyButton } from '../shared/CopyButton';
import { saveBlob } from '../shared/saveBlob';
import page from '../shared/page.module.css';

/** A file that an administrator of the target applies, to be copied or downloaded. */
export function ManifestBox(props: { name: string; content: string }) {
  const { name, content } = props;
  const t = useText();
  return (
    <Accordion>
      <AccordionTrigger
        title={t('inspection.manifest')}
        subtitle={t('inspection.manifest.text', { name })}
      />
      <AccordionPanel>
        <div className={page.stack}>
          <div className={page.actions}>
            <CopyButton text={content} />
            <Button
              size="small"
              variant="secondary"
              iconStart={<RiDownload2Line />}
              onPress={() =>
                saveBlob(new Blob([content], { type: 'text/yaml' }), name)
              }
            >
              {t('inspection.manifest.download')}
            </Button>
          </div>
          <pre
            className={page.code}
            aria-label={name}
            // A scrolling region must be reachable with the keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
          >
            {content}
          </pre>
        </div>
      </AccordionPanel>
    </Accordion>
  );
}
