import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { away, gone, human, optOut, other } from '../cases.ts';

const from = 'Kim Doe <kim@example.org>';

export const PORTUGUESE: readonly Fixture[] = [
  optOut(
    'RGPD',
    'pt',
    'outlook',
    'Exma. Senhora,\n\nao abrigo do artigo 17.º do RGPD, solicito o apagamento de todos os meus dados pessoais.\n\nCom os melhores cumprimentos,\nKim Doe',
  ),
  optOut('você', 'pt', 'gmail', 'Oi Ann, me tira dessa lista por favor.'),
  optOut('curto', 'pt', 'apple', 'Chega de e-mails, por favor'),
  optOut('deixar', 'pt', 'yahoo', 'Podem deixar de me enviar publicidade? Obrigada.'),
  optOut(
    'não autorizei',
    'pt',
    'outlookHtml',
    'Não autorizei o envio de publicidade. Eliminem o meu contacto dos vossos registos.',
  ),
  optOut('descadastrar', 'pt', 'gmail', 'Quero me descadastrar'),
  optOut('abster', 'pt', 'thunderbird', 'Agradeço que não me voltem a contactar.'),
  other(
    'assunto',
    'pt',
    'other',
    'opt_out',
    mail({ from, subject: 'RES: Descadastrar', text: 'Enviado do meu iPhone' }),
    { via: 'words' },
  ),
  human(
    'fica',
    'pt',
    'gmail',
    'Por favor não me tirem da lista, gosto de ler. Só não há orçamento agora.',
  ),
  human(
    'clientes',
    'pt',
    'outlook',
    'Como é que os clientes cancelam a subscrição no vosso sistema?',
  ),
  human('anexo', 'pt', 'apple', 'Pode remover o anexo e reenviar?'),
  human('fora segunda', 'pt', 'gmail', 'Segunda estou fora, ligue-me na terça.'),
  human(
    'não antes',
    'pt',
    'yahoo',
    'Não me ligue antes de quinta, estamos em auditoria. Depois com todo o gosto.',
  ),
  away(
    'feriado',
    'pt',
    'exchange',
    '2026-12-02',
    'Devido ao feriado de 1 de dezembro, os nossos serviços reabrem na quarta-feira, 2 de dezembro.',
    'Resposta automática: A shorter close',
  ),
  away(
    'doente',
    'pt',
    'gmail',
    null,
    'Fui operada e estou em recuperação em casa. A minha colega Jo trata dos assuntos urgentes.',
    'Resposta automática: A shorter close',
  ),
  away('de a', 'pt', 'zimbra', '2027-01-06', 'Vou estar de férias de 21/12/2026 a 05/01/2027.'),
  away(
    'retomo',
    'pt',
    'exchange',
    '2026-12-14',
    'Não me encontro disponível. Retomo o trabalho no dia 14 de dezembro.',
    'Resposta automática: A shorter close',
  ),
  away(
    'sem cabeçalho',
    'pt',
    'bare',
    '2026-12-04',
    'Obrigado pelo contacto. Estarei ausente até 4 de dezembro, com acesso limitado ao correio.',
    'Ausência temporária: A shorter close',
  ),
  gone(
    'já não',
    'pt',
    'exchange',
    'jo@example.org',
    'Informo que desde 1 de outubro deixei de exercer funções na Example. Contacte por favor jo@example.org.',
    'Resposta automática: A shorter close',
  ),
];
