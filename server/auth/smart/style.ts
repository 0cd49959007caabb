/**
 * Looks of this server's pages, for apps that want to fit in: `smart_style_url`.
 * https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#styling
 */
export const SMART_STYLE = {
  color_background: '#ffffff',
  color_error: '#8f1313',
  color_highlight: '#0b4a8f',
  color_modal_backdrop: '#1b1b1f',
  color_success: '#1d6b33',
  color_text: '#1b1b1f',
  dim_border_radius: '4px',
  dim_font_size: '16px',
  dim_spacing_size: '16px',
  font_family_body: 'system-ui, sans-serif',
  font_family_heading: 'system-ui, sans-serif',
} as const;
