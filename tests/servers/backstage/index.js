// The catalogue of Backstage alone: no window, no other plugin.
const { createBackend } = require('@backstage/backend-defaults');

const backend = createBackend();
backend.add(require('@backstage/plugin-catalog-backend/alpha').default);
backend.start();
