import { createBuiltinCatalogue } from '@mlpipe/plugin-ml-pipelines-common';

/** Node types that forms and graphs know. */
export const catalogue = createBuiltinCatalogue();
