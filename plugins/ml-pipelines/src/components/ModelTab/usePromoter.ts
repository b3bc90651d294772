import { useText } from '../../translation';
import { entityName } from '../shared/format';

/** Who made a version the champion, in words. */
export function usePromoter() {
  const t = useText();
  return (by: string): string => {
    switch (by) {
      case 'gate':
        return t('model.by.gate');
      case 'alerts':
        return t('model.by.alerts');
      case 'start':
        return t('model.by.start');
      default:
        return t('model.by.person', { name: entityName(by) });
    }
  };
}
