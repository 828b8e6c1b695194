export { createFolderStore } from './folder.ts';
