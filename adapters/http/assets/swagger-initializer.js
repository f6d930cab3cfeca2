const darkness = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', darkness.matches);
darkness.addEventListener('change', follow);
follow();

window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: 'openapi-3.2.json',
    dom_id: '#swagger-ui',
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [DropzonePlugin.plugin],
    requestInterceptor: DropzonePlugin.requestInterceptor,
    responseInterceptor: DropzonePlugin.responseInterceptor,
    layout: 'BaseLayout',
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    persistAuthorization: true,
    showMutatedRequest: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
